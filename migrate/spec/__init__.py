"""What the definition files say: frozen models with the file, line and column of everything. Knows YAML, no Polars."""
