"""Whether a statement names its tenant wherever a tenant's table stands, told from its SQL.

Distributed PostgreSQL sends a statement to one node only if each table's `tenant_id` is compared
with a value; row level security behind it would hide a missing comparison on a single server.
"""

from pglast import ast, parse_sql
from pglast.visitors import Visitor

from tenants.tables import Base, HasTenant


class _Seen(Visitor):
    """Tables of tenants by alias, and the aliases whose tenant_id is compared with a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.aliases: list[tuple[str, str]] = []
        self.compared: list[str] = []
        self.inserted: set[int] = set()

    def visit_InsertStmt(self, ancestors: object, node: ast.InsertStmt) -> None:  # noqa: N802
        self.inserted.add(id(node.relation))

    def visit_LockingClause(self, ancestors: object, node: ast.LockingClause) -> None:  # noqa: N802
        # FOR UPDATE OF names again what stands in FROM already.
        self.inserted.update(id(table) for table in node.lockedRels or ())

    def visit_RangeVar(self, ancestors: object, node: ast.RangeVar) -> None:  # noqa: N802
        if node.relname in tenant_tables() and id(node) not in self.inserted:
            alias = node.alias.aliasname if node.alias else node.relname
            self.aliases.append((str(node.relname), str(alias)))

    def visit_A_Expr(self, ancestors: object, node: ast.A_Expr) -> None:  # noqa: N802
        if [part.sval for part in node.name or ()] != ["="]:
            return
        for left, right in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr)):
            value = right.arg if isinstance(right, ast.TypeCast) else right
            if isinstance(left, ast.ColumnRef) and isinstance(value, ast.ParamRef):
                names = [
                    str(part.sval) for part in left.fields or () if isinstance(part, ast.String)
                ]
                if len(names) > 1 and names[-1] == "tenant_id":
                    self.compared.append(names[-2])


class _Parameters(Visitor):
    """Whether a part of a statement holds a parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def visit_ParamRef(self, ancestors: object, node: ast.ParamRef) -> None:  # noqa: N802
        self.found = True


class _Refused(Visitor):
    """What Citus does not take, or takes for something else, in a statement that it can route."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def visit_InsertStmt(self, ancestors: object, node: ast.InsertStmt) -> None:  # noqa: N802
        chosen = node.selectStmt
        if not isinstance(chosen, ast.SelectStmt) or chosen.valuesLists:
            return
        if node.onConflictClause:
            inside = _Parameters()
            inside(node.onConflictClause)
            if inside.found:
                self.found.append("INSERT ... SELECT with a parameter in ON CONFLICT")
        if node.onConflictClause or node.returningClause:
            return
        first = chosen.targetList[0].val if chosen.targetList else None
        if not isinstance(first, ast.ColumnRef):
            # It is copied by COPY, which row security refuses; a column of the source's stays
            # on its node, and ON CONFLICT and RETURNING go through a temporary result.
            self.found.append("INSERT ... SELECT whose tenant_id is no column of its source")

    def visit_SubLink(self, ancestors: object, node: ast.SubLink) -> None:  # noqa: N802
        if isinstance(node.testexpr, ast.RowExpr):
            self.found.append("(a, b) IN (SELECT ...): in a DELETE or UPDATE the row is lost")


def refused(sql: str) -> list[str]:
    """Reasons for which distributed PostgreSQL would refuse `sql`, although it names its tenant."""
    seen = _Refused()
    seen(parse_sql(sql))
    return seen.found


def tenant_tables() -> set[str]:
    """Names of the tables whose rows belong to tenants, as far as their rooms are imported."""
    return {
        str(getattr(mapper.local_table, "name", ""))
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, HasTenant)
    }


def unrouted(sql: str) -> list[str]:
    """The tenants' tables that `sql` reads or changes without naming the tenant."""
    seen = _Seen()
    seen(parse_sql(sql))
    compared = list(seen.compared)
    missing = []
    for table, alias in seen.aliases:
        if alias in compared:
            compared.remove(alias)
        else:
            missing.append(f"{table} AS {alias}")
    return missing
