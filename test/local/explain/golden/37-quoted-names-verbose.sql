-- analyze verbose
SELECT "user", total FROM shop."Order" WHERE "user" = 'u1' AND total > 10;
