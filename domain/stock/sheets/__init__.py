"""Sheets: balances in and out as CSV and XLSX."""
