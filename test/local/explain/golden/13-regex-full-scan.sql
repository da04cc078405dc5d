-- analyze verbose
SELECT description FROM transaction WHERE description ~ '^ext';
