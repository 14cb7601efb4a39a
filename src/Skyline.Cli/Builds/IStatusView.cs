using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>Where builds that are waited for are shown: <see cref="LiveStatus"/> on a terminal, <see cref="PlainStatus"/> elsewhere.</summary>
interface IStatusView : IAsyncDisposable
{
    /// <summary>The build is like this now. Called from several builds' watches at once.</summary>
    void Show(BuildDetails build);

    /// <summary>Something that is no build's state: the server is away, the server is back.</summary>
    void Note(string line);
}
