using System.Data;
using System.Text;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>What opens the private repositories at an address and below it. It is unsealed for one fetch, and in no address, argument, environment, log or sentence.</summary>
/// <param name="Address">"https://HOST/PATH", or a host alone.</param>
sealed record GitCredential(long Id, string Address, string UserName, string Secret)
{
    /// <summary>As HTTP has it, for what asks by itself.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers => [new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Secret}"))}")];

    public bool Opens(GitUrl url) => IsOf(Address, url);

    /// <summary>By whole parts of the path: what is for /a opens /a, /a.git and /a/b, and not /ab.</summary>
    public static bool IsOf(string address, GitUrl url) => url.Text == address || url.Text == address + ".git" || url.Text.StartsWith(address + "/", StringComparison.Ordinal);

    sealed record Row(long Id, string Address, string UserName, byte[] Secret, long? PersonId);

    /// <summary>The owner's own before everybody's, and the nearest to the repository of these.</summary>
    /// <exception cref="SigningRefusedException">The key file that it was sealed with is not here.</exception>
    public static GitCredential? For(Database database, KeyFile keys, GitUrl url, long owner) => database.Read(db => db.All<Row>("""
        SELECT c.id AS Id, c.address AS Address, c.user_name AS UserName, c.secret AS Secret, c.person_id AS PersonId FROM git_credentials c LEFT JOIN users u ON u.id = c.person_id
        WHERE c.person_id IS NULL OR c.person_id = @owner AND u.disabled_at IS NULL
        """, new { owner })).Where(row => IsOf(row.Address, url)).OrderBy(row => row.PersonId is null).ThenByDescending(row => row.Address.Length).FirstOrDefault() is { } row
            ? new(row.Id, row.Address, row.UserName, keys.OpenAs(BoundTo(row.Address, row.PersonId), row.Secret)) : null;

    /// <summary>A sealed secret is of one address and one person: moved to another row, it does not open.</summary>
    public static string BoundTo(string address, long? person) => $"git credential {address} {person}";

    /// <summary>No record writes its members where this one is written.</summary>
    public override string ToString() => $"the credential for {Address}";
}
