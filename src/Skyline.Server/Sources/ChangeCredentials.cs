using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>Credentials for private repositories are given, listed and taken back: a person's own, and, by administrators, everybody's. Nobody is shown a secret again.</summary>
sealed class ChangeCredentials(Database database, KeyFile keys, SkylineSettings settings, TimeProvider time)
{
    const int Most = 100, LongestName = 200, LongestSecret = 4000;

    const string Select = """
        SELECT c.id AS Id, c.address AS Address, c.user_name AS UserName, c.person_id IS NULL AS Everyone, m.name AS MadeBy, c.created_at AS CreatedAt, c.used_at AS UsedAt
        FROM git_credentials c JOIN users m ON m.id = c.made_by
        """;

    /// <summary>Their own, and those that are for everybody.</summary>
    public IReadOnlyList<GitCredentialDetails> Of(long person) => [.. database.Read(db => db.All<Row>(Select + " WHERE c.person_id IS NULL OR c.person_id = @person ORDER BY c.address, c.id", new { person })).Select(Details)];

    sealed record Row
    {
        public long Id { get; init; }
        public required string Address { get; init; }
        public required string UserName { get; init; }
        public bool Everyone { get; init; }
        public required string MadeBy { get; init; }
        public long CreatedAt { get; init; }
        public long? UsedAt { get; init; }
    }

    static GitCredentialDetails Details(Row row) => new(row.Id, row.Address, row.UserName, row.Everyone, row.MadeBy, row.CreatedAt.ToTime(), row.UsedAt?.ToTime());

    /// <summary>In the place of an earlier one for the same address.</summary>
    public async Task<(GitCredentialDetails? Made, Refusal? Why)> Add(NewGitCredential wanted, ClaimsPrincipal caller, CancellationToken ct)
    {
        if (wanted.Everyone && !caller.May(Right.Administer)) return (null, new(403, "A credential for everybody's builds is an administrator's to give; leave --everyone out, and it is for yours."));
        var (address, why) = Address(wanted.Address ?? "");
        if (address is null) return (null, new(400, why!));
        if (wanted.UserName is not { Length: > 0 and <= LongestName } name || name.Contains(':') || name.Any(char.IsControl)) return (null, new(400, $"A credential has the name of a user there, without a colon, of up to {LongestName} letters; where a token is all that it takes, any name does."));
        if (wanted.Secret is not { Length: > 0 and <= LongestSecret } secret || secret.Any(char.IsControl)) return (null, new(400, $"A credential has a password or a token, in one line of up to {LongestSecret} letters."));
        var person = wanted.Everyone ? (long?)null : caller.PersonId();
        var sealed_ = keys.SealAs(GitCredential.BoundTo(address, person), secret);
        var id = await database.Write(tx =>
        {
            if (tx.One<int>("SELECT count(*) FROM git_credentials WHERE person_id IS NOT DISTINCT FROM @person AND address <> @address", new { person, address }) >= Most) return (long?)null;
            var made = tx.One<long>("""
                INSERT INTO git_credentials (person_id, address, user_name, secret, made_by, created_at) VALUES (@person, @address, @name, @sealed_, @by, @now)
                ON CONFLICT (coalesce(person_id, 0), address) DO UPDATE SET user_name = excluded.user_name, secret = excluded.secret, made_by = excluded.made_by, created_at = excluded.created_at, used_at = NULL RETURNING id
                """, new { person, address, name, sealed_, by = caller.PersonId(), now = time.Stamp() });
            tx.Note("given", $"git credential {address}", after: new { address, userName = name, wanted.Everyone }, id: made);
            return made;
        }, ct);
        return id is null ? (null, new(409, $"There are {Most} credentials already; remove one that is needed no more."))
            : (Of(caller.PersonId()).Single(one => one.Id == id), null);
    }

    /// <summary>A host, or an address of it. Over http a secret could be read on its way; to this machine itself there is no way.</summary>
    (string? Address, string? Why) Address(string text)
    {
        var (url, why) = GitUrl.Parse(text.TrimEnd('/') + "/x", settings.GitSchemes);
        if (url is null) return (null, why);
        if (url.Scheme != "https" && !(url.Scheme == "http" && url.BareHost is "localhost" or "127.0.0.1" or "::1")) return (null, "A credential is for https alone: by all else it could be read on its way.");
        return (url.Text[..^2], null);
    }

    public async Task<Refusal?> Remove(long id, ClaimsPrincipal caller, CancellationToken ct) =>
        await database.Write(tx =>
        {
            var address = tx.One<string>("DELETE FROM git_credentials WHERE id = @id AND (person_id = @person OR @admin = 1 AND person_id IS NULL) RETURNING address", new { id, person = caller.PersonId(), admin = caller.May(Right.Administer) });
            if (address is not null) tx.Note("taken back", $"git credential {address}", id: id);
            return address;
        }, ct) is not null ? null : new(404, $"There is no credential {id} of yours.");
}
