"""Files in and out: framing, staging on disk, tables, and the protocol by which a run folder appears whole or not
at all."""
