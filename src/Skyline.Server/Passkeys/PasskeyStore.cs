using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Skyline.Server.Storage;

namespace Skyline.Server.Passkeys;

sealed record PasskeyOwner(long Id, string Name);

/// <summary>
/// What the framework's passkey handler asks of its users' store: whose a credential is, and its public key. It is asked nothing else here, and
/// writes nothing. The handler came with ASP.NET Core 10 and needs no more than this; a library of its own would bring another reader of CBOR
/// and, for a kind of key that authenticators do not make, native code.
/// </summary>
sealed class PasskeyStore(Database database) : IUserPasskeyStore<PasskeyOwner>
{
    sealed record Row(byte[] Credential, byte[] PublicKey, long Synced, long CreatedAt);

    const string Columns = "credential AS Credential, public_key AS PublicKey, synced AS Synced, created_at AS CreatedAt";

    public Task<string> GetUserIdAsync(PasskeyOwner user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString(CultureInfo.InvariantCulture));

    public Task<string?> GetUserNameAsync(PasskeyOwner user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task<PasskeyOwner?> FindByIdAsync(string userId, CancellationToken cancellationToken) => Task.FromResult(long.TryParse(userId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? database.Read(db => db.One<PasskeyOwner>("SELECT id AS Id, name AS Name FROM users WHERE id = @id", new { id })) : null);

    public Task<PasskeyOwner?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult(
        database.Read(db => db.One<PasskeyOwner>("SELECT u.id AS Id, u.name AS Name FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.credential = @credentialId", new { credentialId })));

    public Task<UserPasskeyInfo?> FindPasskeyAsync(PasskeyOwner user, byte[] credentialId, CancellationToken cancellationToken) => Task.FromResult(
        database.Read(db => db.One<Row>($"SELECT {Columns} FROM passkeys WHERE user_id = @Id AND credential = @credentialId", new { user.Id, credentialId })) is { } row ? Info(row) : null);

    public Task<IList<UserPasskeyInfo>> GetPasskeysAsync(PasskeyOwner user, CancellationToken cancellationToken) => Task.FromResult<IList<UserPasskeyInfo>>(
        [.. database.Read(db => db.All<Row>($"SELECT {Columns} FROM passkeys WHERE user_id = @Id", user)).Select(Info)]);

    /// <summary>With no count: that is held against the row where it is written, so that two at once are not both let in.</summary>
    static UserPasskeyInfo Info(Row row) => new(row.Credential, row.PublicKey, row.CreatedAt.ToTime(), 0, null, true, row.Synced != 0, row.Synced != 0, [], []);

    public Task AddOrUpdatePasskeyAsync(PasskeyOwner user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task RemovePasskeyAsync(PasskeyOwner user, byte[] credentialId, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task SetUserNameAsync(PasskeyOwner user, string? userName, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<string?> GetNormalizedUserNameAsync(PasskeyOwner user, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task SetNormalizedUserNameAsync(PasskeyOwner user, string? normalizedName, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IdentityResult> CreateAsync(PasskeyOwner user, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IdentityResult> UpdateAsync(PasskeyOwner user, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<IdentityResult> DeleteAsync(PasskeyOwner user, CancellationToken cancellationToken) => throw new NotSupportedException();
    public Task<PasskeyOwner?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw new NotSupportedException();
    public void Dispose() { }
}
