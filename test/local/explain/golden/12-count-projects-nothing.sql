-- analyze verbose
SELECT count(*) FROM transactions;
