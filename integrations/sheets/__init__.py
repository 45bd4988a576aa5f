"""Sheets of people's offices: CSV and XLSX, read with suspicion and written plainly."""
