-- verbose
SELECT total FROM shop."Order" o WHERE id = 7;
