-- What SQLite calls by these names and PostgreSQL does not know: with them the statements of the features are the same in both.

-- One letter's case is no difference: names of advisories.
CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);

CREATE FUNCTION ifnull(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT coalesce($1, $2)';
CREATE FUNCTION instr(text, text) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT strpos($1, $2)::bigint';

-- So many bytes of nothing, over what is to be forgotten.
CREATE FUNCTION zeroblob(bigint) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT decode(repeat('00', $1::integer), 'hex') $$;

-- Of values beside each other, not of many rows; of nothing there is none (greatest and least would pass over it).
CREATE FUNCTION max(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT greatest($1, $2)';
CREATE FUNCTION max(bigint, bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT greatest($1, $2, $3)';
CREATE FUNCTION min(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS 'SELECT least($1, $2)';

-- A list's elements in the order in which they come; what is null is passed over.
CREATE FUNCTION group_concat_next(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2 ELSE $1 || $3 || $2 END';
CREATE FUNCTION group_concat_next(text, bigint, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT CASE WHEN $2 IS NULL THEN $1 WHEN $1 IS NULL THEN $2::text ELSE $1 || $3 || $2 END';
CREATE AGGREGATE group_concat(text, text) (SFUNC = group_concat_next, STYPE = text);
CREATE AGGREGATE group_concat(bigint, text) (SFUNC = group_concat_next, STYPE = text);

-- '$.macros.dist' is where PostgreSQL says {macros,dist}. What is found is text: whoever needs a number casts it, in SQLite too.
CREATE FUNCTION json_extract(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT $1::json #>> string_to_array(substr($2, 3), ''.'')';
CREATE OPERATOR ->> (LEFTARG = text, RIGHTARG = text, FUNCTION = json_extract);

-- An array's elements with their places from 0.
CREATE FUNCTION json_each(text) RETURNS TABLE (key bigint, value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100
    AS 'SELECT place - 1, element FROM json_array_elements_text($1::json) WITH ORDINALITY AS e (element, place)';
CREATE FUNCTION json_each(text, text) RETURNS TABLE (key bigint, value text) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100
    AS 'SELECT place - 1, element FROM json_array_elements_text($1::json #> string_to_array(substr($2, 3), ''.'')) WITH ORDINALITY AS e (element, place)';
