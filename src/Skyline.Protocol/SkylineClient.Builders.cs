namespace Skyline.Protocol;

public sealed partial class SkylineClient
{
    /// <summary>All builders: whether each is there, what it can build, and why it gets no work if it gets none.</summary>
    public Task<IReadOnlyList<BuilderSummary>> Builders(CancellationToken ct) => http.Get("api/builders", SkylineJson.Default.IReadOnlyListBuilderSummary, ct);

    /// <summary>Makes a builder known; the answer holds its token, this once. For administrators.</summary>
    /// <exception cref="RefusedException">400: it cannot be called so, or there is no such channel. 409: there is one of that name.</exception>
    public Task<EnrolledBuilder> EnrolBuilder(NewBuilder builder, CancellationToken ct) =>
        http.Post("api/builders", builder, SkylineJson.Default.NewBuilder, SkylineJson.Default.EnrolledBuilder, ct);

    /// <summary>A builder with what it says of itself, and what it runs and ran last.</summary>
    /// <exception cref="RefusedException">404: there is no such builder.</exception>
    public Task<BuilderDetails> Builder(string name, CancellationToken ct) => http.Get($"api/builders/{Uri.EscapeDataString(name)}", SkylineJson.Default.BuilderDetails, ct);

    /// <summary>Gives a builder work again, or no more; what it runs, it finishes. For administrators.</summary>
    /// <param name="name">Of the builder.</param>
    /// <param name="enabled">Whether it gets work.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <param name="reason">Why it gets none, up to 200 letters, shown with the builder; says nothing where it is enabled.</param>
    /// <exception cref="RefusedException">400: the reason is too long. 404: there is no such builder.</exception>
    public Task SetBuilderEnabled(string name, bool enabled, CancellationToken ct, string? reason = null) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/{(enabled ? "enable" : "disable")}", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    /// <summary>Gives it no more work, and says when it has finished what it runs (<see cref="BuilderState.Drained"/>). For administrators.</summary>
    /// <param name="name">Of the builder.</param>
    /// <param name="reason">Up to 200 letters, shown with the builder; null: none.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: the reason is too long. 404: there is no such builder.</exception>
    public Task DrainBuilder(string name, string? reason, CancellationToken ct) =>
        http.Post($"api/builders/{Uri.EscapeDataString(name)}/drain", new BuilderOrder(reason), SkylineJson.Default.BuilderOrder, ct);

    /// <summary>Gives a builder another weight, 1 to 100: of those that wait for work, the one with more is asked first. For administrators.</summary>
    /// <exception cref="RefusedException">400: there is no such weight. 404: there is no such builder.</exception>
    public Task<BuilderDetails> EditBuilder(string name, BuilderEdit edit, CancellationToken ct) =>
        http.Send(HttpMethod.Patch, $"api/builders/{Uri.EscapeDataString(name)}", edit, SkylineJson.Default.BuilderEdit, SkylineJson.Default.BuilderDetails, ct);

    /// <summary>Lets a builder in no more; what it built stays, and its name may be enrolled again. For administrators.</summary>
    /// <exception cref="RefusedException">404: there is no such builder. 409: it still builds something.</exception>
    public Task RemoveBuilder(string name, CancellationToken ct) => http.Delete($"api/builders/{Uri.EscapeDataString(name)}", ct);
}
