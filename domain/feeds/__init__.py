"""Price lists of suppliers, in words that belong to no format.

A reader (an adapter in integrations/) turns a supplier's file into the records of ports.py; an
import consumes them in one pass and never sees the file.

Rules:
- Refused or read to its end: a file that breaks off in the middle is refused, never half taken.
  A refusal may come after records were handed out, so they are staged until the last one is read.
- A bad row costs that row (severity ERROR) or one value of it (WARNING), never the file, and
  never in silence: each is a FeedProblem, of which the first MAX_PROBLEMS are kept in words.
- Money is a whole number of minor units, a quantity a whole number of thousandths; a number that
  can be read in two ways is a problem, not a guess.
"""
