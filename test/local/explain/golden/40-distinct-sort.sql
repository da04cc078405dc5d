-- analyze verbose
SELECT DISTINCT status FROM account ORDER BY status;
