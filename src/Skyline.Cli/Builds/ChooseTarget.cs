using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>The target that a build goes to when none is named: the only one there is.</summary>
static class ChooseTarget
{
    /// <exception cref="StopException">There is none, or there are several: the sentence names them.</exception>
    public static string Of(IReadOnlyList<TargetDetails> targets) => targets switch
    {
        [var only] => only.Name,
        [] => throw StopException.Usage("The server has no target to build in yet; make one: skyline target create NAME --build-tag TAG"),
        _ => throw StopException.Usage($"Which target? Name one with --target: {string.Join(", ", targets.Select(target => Untrusted.Line(target.Name)))}."),
    };
}
