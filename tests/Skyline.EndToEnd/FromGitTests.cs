using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.EndToEnd;

/// <summary>From a repository behind a real git daemon to a published package: the server fetches, a real builder makes the source package in isolation, and builds it.</summary>
public sealed class FromGitTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task A_package_is_built_from_git_with_sources_from_elsewhere_and_its_spec_sees_nothing_of_the_machine()
    {
        var proof = Path.Combine(Path.GetTempPath(), "skyline-from-git-" + Guid.NewGuid().ToString("n"));
        using var files = new HttpListener();
        var words = "words from elsewhere\n"u8.ToArray();
        var (port, daemonPort) = (FreePort(), FreePort());
        files.Prefixes.Add($"http://127.0.0.1:{port}/");
        files.Start();
        var serving = Serve(files, words);
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string>
        {
            ["Skyline__FetchFromLocalAddresses"] = "true", ["Skyline__GitSchemes__0"] = "git", ["Skyline__Lookasides__1"] = $"127.0.0.1 http://127.0.0.1:{port}/{{name}}/{{file}}/{{type}}/{{hash}}/{{file}}",
        });
        var root = Directory.CreateDirectory(Path.Combine(site.Folder, "git")).FullName;
        var spec = Spec.Replace("PROOF", proof, StringComparison.Ordinal).Replace("FILES", $"http://127.0.0.1:{port}", StringComparison.Ordinal);
        var repository = await GitRepository.Make(Path.Combine(root, "fromgit"), Ct,
            ("packages/fromgit/fromgit.spec", spec), ("packages/fromgit/own", "of the repository\n"), ("packages/fromgit/sources", $"SHA512 (words) = {Convert.ToHexString(SHA512.HashData(words)).ToLowerInvariant()}\n"),
            (".copr/Makefile", "srpm:\n\ttest -f $(dir $(spec))lib/lib.txt && rpmbuild -bs --nodeps --define \"_sourcedir $(dir $(spec))\" --define \"_srcrpmdir $(outdir)\" --define 'made 1' $(spec)\n"));
        var library = await GitRepository.Make(Path.Combine(root, "lib"), Ct, ("lib.txt", "of the submodule\n"));
        await File.WriteAllTextAsync(Path.Combine(repository.Folder, ".gitmodules"), "[submodule \"lib\"]\n\tpath = packages/fromgit/lib\n\turl = ../lib\n", Ct);
        // (An empty folder is a submodule that is not checked out.)
        Directory.CreateDirectory(Path.Combine(repository.Folder, "packages", "fromgit", "lib"));
        await repository.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{(await library.Git(Ct, "rev-parse", "HEAD")).Trim()},packages/fromgit/lib");
        await repository.Git(Ct, "add", ".gitmodules");
        await repository.CommitIndex(Ct);
        await using var daemon = ProgramProcess.Start(["git", "daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", $"--port={daemonPort.ToString(CultureInfo.InvariantCulture)}", $"--base-path={root}", "--verbose", root],
            new Dictionary<string, string> { ["GIT_CONFIG_COUNT"] = "1", ["GIT_CONFIG_KEY_0"] = "safe.directory", ["GIT_CONFIG_VALUE_0"] = "*" });
        await daemon.Line("Ready to rumble").WaitAsync(Ct);
        await site.StartLocalBuilder();
        var url = $"git+git://127.0.0.1:{daemonPort}/fromgit#main";

        var build = await site.UntilComplete((await site.Admin.SubmitSource(new(url, "testos", null, "packages/fromgit"), Ct)).Id);

        Assert.Equal(SourceMethod.DistGit, build.Source!.Method);
        Assert.Equal((await repository.Git(Ct, "rev-parse", "HEAD")).Trim(), build.Source.Commit);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(words)).ToLowerInvariant(), Assert.Single(build.Source.Files, file => file.FileName == "words").Sha256);
        Assert.Equal("packages/fromgit/lib", Assert.Single(build.Source.Submodules).Path);
        Assert.Contains(build.Rpms, rpm => rpm.Arch == "noarch");
        // The spec's %(…) ran where there is no such folder of the machine's, and no network.
        Assert.False(File.Exists(proof));
        var log = await new StreamReader(await site.Admin.OpenLog(build.Tasks[0].Runs[0].Id, 0, false, Ct)).ReadToEndAsync(Ct);
        Assert.Contains("network: none", log, StringComparison.Ordinal);

        // As Copr's make_srpm. Without the file from elsewhere it could not be packed.
        await repository.Commit(Ct, ("packages/fromgit/words", "words\n"), ("packages/fromgit/plain", "plain\n"));
        await site.Until((await site.Admin.SubmitSource(new(url, "testos", null, "packages/fromgit", SourceMethod.MakeSrpm, Scratch: true), Ct)).Id, now => now.State == BuildState.Complete);

        // And what is packed without the file.
        var without = await site.Admin.SubmitSource(new(url, "testos", null, "packages/none", Scratch: true), Ct);
        var failed = without;
        while (failed.State != BuildState.Failed) failed = await site.Admin.WaitBuild(without.Id, failed.Revision, 30, Ct);
        Assert.Contains("no such folder", failed.Why!, StringComparison.Ordinal);
        files.Stop();
        await serving;
    }

    static async Task Serve(HttpListener files, byte[] words)
    {
        try
        {
            while (true)
            {
                var asked = await files.GetContextAsync();
                if (!asked.Request.Url!.AbsolutePath.StartsWith("/fromgit/words/sha512/", StringComparison.Ordinal) && asked.Request.Url.AbsolutePath != "/plain") asked.Response.StatusCode = 404;
                else await asked.Response.OutputStream.WriteAsync(words);
                asked.Response.Close();
            }
        }
        catch (Exception end) when (end is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    const string Spec = """
        %global ran %(touch PROOF; echo "network: $(cd /sys/class/net 2>/dev/null && ls | grep -v lo | tr '\n' ' ')none" >&2; echo 1)
        Name: fromgit
        Version: 1
        Release: %{ran}%{?dist}
        Summary: Made from Git
        License: MIT
        BuildArch: noarch
        Source0: words
        Source1: own
        Source2: FILES/plain
        %description
        Source: https://never.example.org/fetched
        %install
        mkdir -p %{buildroot}/usr/share/fromgit
        cp %{SOURCE0} %{SOURCE1} %{buildroot}/usr/share/fromgit/
        %files
        /usr/share/fromgit
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
