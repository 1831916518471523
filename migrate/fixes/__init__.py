"""Finding → fix → re-run: sheets for the staff who know the persons, and what they fill in, taken back."""
