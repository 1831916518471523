"""From one rehearsal to the next, and to the night itself: what changed, what was received, what was approved."""
