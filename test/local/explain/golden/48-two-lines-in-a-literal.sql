-- costs-off
SELECT account_id FROM transaction WHERE description = E'two\nlines (';
