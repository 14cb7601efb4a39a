-- How long the last runs took, the newest last: 32-bit floating-point numbers, of which `seconds` is the median. What was known before was a mean, and goes with the first run that is noted.
ALTER TABLE durations ADD COLUMN recent BLOB;
ALTER TABLE lines ADD COLUMN recent BLOB;
