using Skyline.Cli.Tests.Running;

namespace Skyline.Cli.Tests.Sources;

/// <summary>`skyline git-credential`, against the server itself.</summary>
public sealed class GitCredentialTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_credential_is_given_from_a_file_listed_without_its_secret_and_removed()
    {
        await using var served = await Served.Start();
        var file = served.Folder.File("token", "s3cret with blanks\nand more\n");

        var given = await served.Says($"git-credential add https://git.example.org/team --user robot --password-file {file} --everyone");
        var list = await served.Says("git-credential list");
        var known = Assert.Single(await served.Site.Admin.GitCredentials(Ct));
        var empty = await served.Says($"git-credential add https://git.example.org/team --user robot --password-file {served.Folder.File("empty", "")}", ExitCode.Usage);
        var removed = await served.Says($"git-credential remove {known.Id}");

        Assert.Equal($"Credential {known.Id} opens https://git.example.org/team for everybody's builds.\n", given);
        Assert.Matches($"^{known.Id} +https://git.example.org/team +robot +everyone +never$", list.TrimEnd('\n').Split('\n')[1]);
        Assert.DoesNotContain("s3cret", given + list, StringComparison.Ordinal);
        Assert.Contains("There is no password in", empty, StringComparison.Ordinal);
        Assert.Equal($"Credential {known.Id} is removed.\n", removed);
        Assert.Empty(await served.Site.Admin.GitCredentials(Ct));
    }
}
