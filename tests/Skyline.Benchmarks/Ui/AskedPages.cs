namespace Skyline.Benchmarks.Ui;

/// <summary>What is asked of a million builds: every filter alone, and combinations, among them those that hold of few or of nothing.</summary>
static class AskedPages
{
    public static readonly IReadOnlyList<string> Alone =
    [
        "", "state=Failed", "state=Complete", "state=Cancelled", "state=Waiting", "state=Building", "target=target-0", $"target={MillionBuilds.Old}", $"target={MillionBuilds.Rare}", $"target={MillionBuilds.Private}",
        "tag=tag-0", "tag=tag-27", "package=python-", "package=texlive-ald", "package=none-such", "owner=person-0", "owner=person-199", "arch=aarch64", "arch=s390x", "arch=noarch", "kind=Real", "kind=Scratch", "kind=Draft", "batch=700",
        "since=2026-01-01", "until=2025-06-01", "q=curnet", "q=-999999.fc43", "q=nothing-is-called-so", "sort=Oldest", "sort=Package", "sort=Duration",
    ];

    /// <summary>The last of them hold of nothing, and no index of one column would know.</summary>
    public static readonly IReadOnlyList<string> Together =
    [
        "state=Failed&target=target-0", "state=Failed&owner=person-3", "state=Failed&state=Cancelled&kind=Scratch", "state=Failed&target=target-0&owner=person-3&arch=aarch64", "state=Complete&package=rust-&sort=Package",
        "target=target-1&arch=aarch64&kind=Real", "target=target-2&kind=Draft", "owner=person-7&since=2026-10-01", "owner=person-7&until=2025-02-01&sort=Oldest", "package=lib&state=Failed&sort=Duration", "package=golang-&owner=person-1&sort=Package",
        "q=stong&state=Failed", "q=tools+fc43", "q=perl+net&target=target-0", "q=1.8-&arch=noarch", "tag=tag-3&state=Failed", "tag=tag-0&q=kf6", "tag=tag-27&sort=Duration", "batch=700&state=Failed", "batch=700&sort=Package",
        "arch=s390x&state=Failed&kind=Scratch", $"target={MillionBuilds.Old}&state=Failed", $"target={MillionBuilds.Old}&kind=Draft", "kind=Scratch&sort=Package", "kind=Real&sort=Duration&state=Failed", "since=2026-06-01&until=2026-06-02&state=Failed", "before=500000", "before=1000&state=Failed",
        "after=500000&state=Failed", "before=500000&sort=Package", "after=500000&sort=Duration&kind=Scratch", "state=Waiting&arch=aarch64",
        $"target={MillionBuilds.Old}&since=2026-11-01", $"target={MillionBuilds.Old}&state=Waiting", $"target={MillionBuilds.Rare}&state=Cancelled&kind=Draft&arch=s390x", "state=Publishing&owner=person-0", "state=Failed&state=Cancelled&q=nothing-is-called-so", "kind=Draft&state=Failed&package=kf6-&owner=person-0&arch=s390x",
        "owner=person-0&batch=700&target=target-5", "tag=tag-1&target=target-2&state=Failed&kind=Scratch&q=zzz", "package=php-&target=target-3&until=2024-01-01", "arch=noarch&state=Building", $"state=Complete&kind=Real&target={MillionBuilds.Private}", "kind=Scratch&batch=700&state=Publishing&sort=Package",
    ];
}
