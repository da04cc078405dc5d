-- analyze verbose settings
SELECT description FROM transaction LIMIT 2;
