namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>All pools: how many builders each has and shall have, and why.</summary>
    public Task<IReadOnlyList<PoolDetails>> Pools(CancellationToken ct) => http.Get("api/pools", SkylineJson.Default.IReadOnlyListPoolDetails, ct);

    /// <summary>One pool.</summary>
    /// <exception cref="RefusedException">404: there is no such pool.</exception>
    public Task<PoolDetails> Pool(string name, CancellationToken ct) => http.Get($"api/pools/{Uri.EscapeDataString(name)}", SkylineJson.Default.PoolDetails, ct);

    /// <summary>Makes a pool; the answer holds the token that its machines join with, this once. For administrators.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or a number is out of bounds. 409: there is one of that name, or its service is another's.</exception>
    public Task<MadePool> CreatePool(NewPool pool, CancellationToken ct) => http.Post("api/pools", pool, SkylineJson.Default.NewPool, SkylineJson.Default.MadePool, ct);

    /// <summary>Changes how large a pool may be, and what its builders are made after. For administrators.</summary>
    /// <exception cref="RefusedException">400: a number is out of bounds. 404: there is no such pool. 409: its service is another's.</exception>
    public Task<PoolDetails> EditPool(string name, PoolEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/pools/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.PoolEdit, SkylineJson.Default.PoolDetails, ct);

    /// <summary>Gives a pool another token in place of the one that it had; builders that have joined stay. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such pool.</exception>
    public Task<MadePool> NewPoolToken(string name, CancellationToken ct) => http.PostAndWait($"api/pools/{Uri.EscapeDataString(name)}/token", SkylineJson.Default.MadePool, ct);

    /// <summary>Lets nobody join a pool any more; builders that have joined stay. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such pool.</exception>
    public Task RevokePoolToken(string name, CancellationToken ct) => http.Delete($"api/pools/{Uri.EscapeDataString(name)}/token", ct);

    /// <summary>Removes a pool that has no builders. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such pool. 409: it has builders.</exception>
    public Task RemovePool(string name, CancellationToken ct) => http.Delete($"api/pools/{Uri.EscapeDataString(name)}", ct);
}
