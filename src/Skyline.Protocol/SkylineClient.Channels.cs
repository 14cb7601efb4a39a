namespace Skyline.Protocol;

// Which builders the builds of which targets go to.
public sealed partial class SkylineClient
{
    /// <summary>All channels, their builders, and the targets whose builds those get.</summary>
    public Task<IReadOnlyList<ChannelDetails>> Channels(CancellationToken ct) => http.Get("api/channels", SkylineJson.Default.IReadOnlyListChannelDetails, ct);

    /// <summary>Makes a channel without builders. For administrators.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so. 409: there is one of that name.</exception>
    public Task<ChannelDetails> CreateChannel(NewChannel channel, CancellationToken ct) =>
        http.Post("api/channels", channel, SkylineJson.Default.NewChannel, SkylineJson.Default.ChannelDetails, ct);

    /// <summary>Removes a channel that is no target's. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such channel. 409: it is some target's, or `default`, which stays.</exception>
    public Task RemoveChannel(string name, CancellationToken ct) => http.Delete($"api/channels/{Uri.EscapeDataString(name)}", ct);

    /// <summary>Puts a builder into a channel; it stays in its others. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such channel or builder.</exception>
    public Task AddToChannel(string channel, string builder, CancellationToken ct) => http.PostNothing(InChannel(channel, builder), ct);

    /// <summary>Takes a builder out of a channel; what it runs, it finishes. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such channel or builder.</exception>
    public Task RemoveFromChannel(string channel, string builder, CancellationToken ct) => http.Delete(InChannel(channel, builder), ct);

    /// <summary>Gives a target another channel, build tag or destination. For release engineers.</summary>
    /// <param name="name">Of the target.</param>
    /// <param name="edit">What is null stays as it is.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: there is no such channel. 404: there is no such target or tag. 409: it is to get other tags while something is being built for it, or would be more
    /// or less private than it was, or is a side tag's.</exception>
    public Task<TargetDetails> EditTarget(string name, TargetEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/targets/{Uri.EscapeDataString(TagAddress.Of(name))}", edit, SkylineJson.Default.TargetEdit, SkylineJson.Default.TargetDetails, ct);

    static string InChannel(string channel, string builder) => $"api/channels/{Uri.EscapeDataString(channel)}/builders/{Uri.EscapeDataString(builder)}";
}
