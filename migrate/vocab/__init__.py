"""The words definition files may use: ops change a column, checks judge rows, controls add up what both sides must agree on."""
