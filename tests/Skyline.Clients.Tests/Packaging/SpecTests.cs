using System.Text.RegularExpressions;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests.Packaging;

/// <summary>What can be said of the packages without building them; `./dev proof rpm` builds, installs and starts them.</summary>
public sealed class SpecTests : IDisposable
{
    readonly TempFolder folder = new();

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_version_is_said_in_one_place_and_the_group_names_packages_that_there_are()
    {
        var packages = (await Spec.Query(folder, "%{NAME} %{VERSION}\n", Ct)).Ok("rpmspec").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var group = Regex.Matches(await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "packaging", "comps", "fedora-cloud-packager.xml"), Ct), "<packagereq[^>]*>([^<]+)<").Select(row => row.Groups[1].Value).ToList();

        Assert.All(packages, package => Assert.EndsWith(" " + Spec.Version, package, StringComparison.Ordinal));
        Assert.Contains("fedora-cloud-packager", group);
        Assert.Empty(group.Except(packages.Select(package => package.Split(' ')[0])));
    }

    [Fact]
    public async Task Who_installs_the_group_gets_runtime_isolation_and_solver_with_it()
    {
        var requires = (await Spec.Query(folder, "[%{=NAME} %{REQUIRENAME}\n]", Ct)).Ok("rpmspec").Split('\n');

        foreach (var needed in new[] { "skyline-server aspnetcore-runtime-10.0", "skyline-server git-core", "skyline-server bubblewrap", "skyline-server python3-dnf", "skyline-builder dotnet-runtime-10.0", "skyline-builder rpm-build", "skyline-builder createrepo_c", "skyline-builder e2fsprogs", "fedora-cloud-packager skyline-server" })
            Assert.Contains(needed, requires);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("the same", 0)]
    [InlineData("one more", 1)]
    public async Task An_older_package_does_not_take_the_place_of_one_whose_data_it_does_not_know(string data, int refused)
    {
        var note = Path.Combine(folder.Path, "schema");
        if (data.Length > 0) await File.WriteAllTextAsync(note, $"{Spec.Schema + (data == "one more" ? 1 : 0)}\n", Ct);
        var parsed = (await Spec.Parsed(folder, Ct)).Ok("rpmspec");
        var scripts = Regex.Matches(parsed, @"^%pretrans (.*) -p <lua>\n(.+)$", RegexOptions.Multiline);

        var answers = new List<Tool.Result>();
        foreach (var script in scripts.Select(found => found.Groups[2].Value))
            answers.Add(await Tool.Run("rpm", ["--eval", $"%{{lua:{script.Replace("/var/lib/skyline/schema", note, StringComparison.Ordinal)}}}"], Ct));

        Assert.Equal(["server", "builder", "common", "cli", "-n fedora-cloud-packager"], scripts.Select(found => found.Groups[1].Value));
        Assert.All(answers, answer => Assert.Equal(refused == 1, answer.Output.Contains($"the data in /var/lib/skyline are of schema {Spec.Schema + 1}, and it knows them up to {Spec.Schema}.", StringComparison.Ordinal)));
        Assert.All(answers, answer => Assert.Equal(refused == 1, answer.ExitCode != 0 || answer.Output.Contains("error", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_file_that_packaging_has_for_the_machine_is_in_a_package()
    {
        var parsed = (await Spec.Parsed(folder, Ct)).Ok("rpmspec");
        var listed = parsed[parsed.IndexOf("%files server", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith('/') || line.StartsWith("%config", StringComparison.Ordinal)).Select(line => Path.GetFileName(line.Split(' ')[^1])).ToList();
        var packaging = Path.Combine(Checkout.Root, "packaging");
        var files = new[] { "systemd", "presets", "sysusers.d", "tmpfiles.d", "config", "firewalld", "man" }.SelectMany(part => Directory.GetFiles(Path.Combine(packaging, part))).Select(Path.GetFileName).ToList();

        Assert.True(files.Count > 8, $"Only {files.Count} files were found.");
        Assert.DoesNotContain(files, file => !listed.Any(pattern => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, file)));
    }

    public void Dispose() => folder.Dispose();
}
