"""What people did, told in the same transaction as what they changed, and chained so that nothing can be taken out."""
