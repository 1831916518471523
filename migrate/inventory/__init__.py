"""What a delivery is, before any layout says so: encodings, records, fields, and where the boundaries may lie."""
