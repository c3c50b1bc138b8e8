"""Spreadsheets, PDFs and scans, made and read back."""
