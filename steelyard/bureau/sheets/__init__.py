"""What people read of a run: places with their uncertainty, reasons, remedies, sheets and the workbook."""
