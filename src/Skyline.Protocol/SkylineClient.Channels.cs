namespace Skyline.Protocol;

/// <summary>Which builders the builds of which targets go to.</summary>
public sealed partial class SkylineClient
{
    public Task<IReadOnlyList<ChannelDetails>> Channels(CancellationToken ct) => http.Get("api/channels", SkylineJson.Default.IReadOnlyListChannelDetails, ct);

    public Task<ChannelDetails> CreateChannel(NewChannel channel, CancellationToken ct) =>
        http.Post("api/channels", channel, SkylineJson.Default.NewChannel, SkylineJson.Default.ChannelDetails, ct);

    public Task RemoveChannel(string name, CancellationToken ct) => http.Delete($"api/channels/{Uri.EscapeDataString(name)}", ct);

    public Task AddToChannel(string channel, string builder, CancellationToken ct) => http.PostNothing(InChannel(channel, builder), ct);

    public Task RemoveFromChannel(string channel, string builder, CancellationToken ct) => http.Delete(InChannel(channel, builder), ct);

    public Task<TargetDetails> EditTarget(string name, TargetEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/targets/{Uri.EscapeDataString(TagAddress.Of(name))}", edit, SkylineJson.Default.TargetEdit, SkylineJson.Default.TargetDetails, ct);

    static string InChannel(string channel, string builder) => $"api/channels/{Uri.EscapeDataString(channel)}/builders/{Uri.EscapeDataString(builder)}";
}
