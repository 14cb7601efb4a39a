using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>What mock's state.log tells while it is written: "TIME - Start: WHAT" and "TIME - Finish: WHAT", nested.</summary>
sealed partial class MockState
{
    readonly List<string> open = [];

    /// <summary>What is under way, the outermost first: "build phase for hello-1-1.src.rpm", "rpmbuild hello-1-1.src.rpm".</summary>
    public IReadOnlyList<string> Open => open;

    /// <summary>Everything that was begun is done, and mock said so.</summary>
    public bool IsFinished { get; private set; }

    public bool HasBegunRpmbuild { get; private set; }

    /// <summary>The chroot's own packages were there, and the spec was looked at: for its BuildRequires, or to make a source package of it.</summary>
    public bool HasSetUpBuild { get; private set; }

    /// <returns>The phase that the run is in from this line on; null if it does not change.</returns>
    public RunPhase? Read(string line)
    {
        if (Line().Match(line) is not { Success: true } said) return null;
        var what = said.Groups["what"].Value;
        if (said.Groups["word"].Value == "Start")
        {
            open.Add(what);
            HasBegunRpmbuild |= IsRpmbuild(what);
            HasSetUpBuild |= IsSetUp(what);
            return what == "chroot init" || IsSetUp(what) ? RunPhase.Buildroot : IsRpmbuild(what) ? RunPhase.Rpmbuild : null;
        }
        // An error ends what is around it too, without a line for each.
        var at = open.LastIndexOf(what);
        if (at >= 0) open.RemoveRange(at, open.Count - at);
        IsFinished |= what == "run";
        return IsRpmbuild(what) ? RunPhase.Upload : null;
    }

    static bool IsSetUp(string what) => what == "buildsrpm" || what.StartsWith("build setup for ", StringComparison.Ordinal);

    /// <summary>Of the binary packages; "rpmbuild -bs" makes a source package only.</summary>
    static bool IsRpmbuild(string what) => what != "rpmbuild -bs" && what.StartsWith("rpmbuild ", StringComparison.Ordinal);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} - (?<word>Start|Finish): (?<what>.{1,500})$", RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
