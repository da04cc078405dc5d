SELECT account_id FROM transaction WHERE description IS NOT NULL AND NOT (transaction_date IS NULL) AND description <> 'x' AND length(description) > 3;
