"""Row level security and grants, in the words of migrations; each execute is one statement."""

from alembic import op

APP = "ryad_app"
PLATFORM = "ryad_platform"
MINE = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"


def protect(
    table: str, *, schema: str = "public", grants: str = "SELECT, INSERT, UPDATE, DELETE"
) -> None:
    """Let each tenant see its own rows of `table`, and the application do no more than `grants`.

    The policy that compares is restrictive, so no later policy can widen it, and forced, so it
    holds for the table's owner too. It has no function of ours and no sub-select: distributed
    PostgreSQL takes no other.
    """
    name = f"{schema}.{table}"
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY everyone ON {name} USING (true) WITH CHECK (true)")
    op.execute(
        f"CREATE POLICY own_tenant ON {name} AS RESTRICTIVE USING ({MINE}) WITH CHECK ({MINE})"
    )
    # A shop that came after the last ANALYZE is not among the tenants that it met. Estimated as one
    # row, every index that begins with the tenant looks as good as the right one; without
    # statistics of this column each shop counts as a two-hundredth of the table, and plans hold.
    op.execute(f"ALTER TABLE {name} ALTER COLUMN tenant_id SET STATISTICS 0")
    op.execute(f"GRANT {grants} ON {name} TO {APP}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {PLATFORM}")


def platform_only(table: str) -> None:
    """A table of the platform's own: the application has no grant on it at all."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON platform.{table} TO {PLATFORM}")


def platform_function(signature: str, *, callers: str = APP) -> None:
    """A function that looks past tenants: the platform's own, called by `callers` and no others."""
    op.execute(f"ALTER FUNCTION {signature} OWNER TO {PLATFORM}")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {callers}")
