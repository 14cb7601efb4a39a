namespace Skyline.Protocol;

// By a name, or a part of one.
public sealed partial class SkylineClient
{
    /// <summary>What a name, the beginning of one, or a number leads to: pages, builds, packages, tags and whatever else has a name here; at most forty, the likeliest first.</summary>
    /// <param name="what">Up to 100 characters; empty: the pages that whoever asks may open.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<IReadOnlyList<Found>> Find(string what, CancellationToken ct) => http.Get($"api/find?q={Uri.EscapeDataString(what)}", SkylineJson.Default.IReadOnlyListFound, ct);
}
