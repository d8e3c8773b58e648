"""口径: the small SQL that rule authors may write, as a typed tree."""
