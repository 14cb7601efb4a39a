using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Skyline.Protocol;
using Skyline.Server.NewBuild;

namespace Skyline.Server.Sources;

/// <summary>What the form of a build from Git says of where its source is, as it was written; how it is built is <see cref="NewBuildFields"/>'.</summary>
/// <param name="Method">A word of <see cref="SourceMethod"/>; empty: as its host is known for.</param>
public sealed record GitFields(string Url, string Ref, string Subdirectory, string Method, bool Submodules, bool Lfs)
{
    public static GitFields Of(Func<string, StringValues> field)
    {
        return new(Text("url"), Text("ref"), Text("subdirectory"), Text("method"), field("submodules") != "false", field("lfs") != "false");

        string Text(string name) => field(name).ToString().Trim();
    }

    /// <summary>The page with both filled in.</summary>
    public string Address(NewBuildFields build)
    {
        (string Name, string Value)[] own = [("from", "git"), ("url", Url), ("ref", Ref), ("subdirectory", Subdirectory), ("method", Method), ("submodules", Submodules ? "" : "false"), ("lfs", Lfs ? "" : "false")];
        return QueryHelpers.AddQueryString("/new", own.Where(one => one.Value.Length > 0).Select(one => KeyValuePair.Create(one.Name, (string?)one.Value)).Concat(build.Hidden().Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))));
    }

    public NewSourceBuild Wanted(NewBuildFields build, BuildOptions? options, int priority) => new(Url, build.Target, Ref, Subdirectory, Enum.TryParse<SourceMethod>(Method, out var method) ? method : null, build.Scratch, options,
        build.Arches.Count > 0 ? build.Arches : null, priority, build.Draft, Submodules, Lfs);
}
