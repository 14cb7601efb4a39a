using System.Diagnostics;

namespace Skyline.Builder.Tests;

/// <summary>A repository of one package beside TestOS's.</summary>
static class ExtraRepo
{
    /// <returns>Its folder.</returns>
    public static string With(string name, string requires, string post, string install = "", string files = "")
    {
        var folder = Scratch.Folder("repo");
        var spec = Path.Combine(folder, name + ".spec");
        File.WriteAllText(spec, $"""
            %global debug_package %nil
            Name: {name}
            Version: 2.5
            Release: 7
            Summary: For a test
            License: MIT
            {(install == "" ? "BuildArch: noarch" : "AutoReqProv: no")}
            Requires(post): {requires}

            %description
            For a test.

            %install
            {install}

            %post
            {post}

            %files
            {files}

            """);
        Run("rpmbuild", "-bb", "--define", $"_topdir {folder}/top", "--define", $"_dbpath {folder}/db", "--define", "_binary_payload w3.zstdio", spec);
        var repo = Directory.CreateDirectory(Path.Combine(folder, "repo")).FullName;
        foreach (var rpm in Directory.EnumerateFiles(Path.Combine(folder, "top", "RPMS"), "*.rpm", SearchOption.AllDirectories)) File.Copy(rpm, Path.Combine(repo, Path.GetFileName(rpm)));
        Run("createrepo_c", "--quiet", repo);
        return repo;
    }

    /// <summary>Signs every package of a repository with a key made for it, and lists them anew.</summary>
    /// <returns>Path of the public key.</returns>
    public static string Sign(string repo)
    {
        var home = Scratch.Folder("gpg");
        var key = NewKey(home);
        Run("rpmsign", ["--addsign", "--define", "__gpg /usr/bin/gpg", "--define", "_gpg_name Nobody", "--define", $"_gpg_path {home}", "--define", "_gpg_digest_algo sha256", .. Directory.EnumerateFiles(repo, "*.rpm")]);
        Run("createrepo_c", "--quiet", repo);
        return key;
    }

    /// <returns>Path of the public half of a key that signed nothing.</returns>
    public static string StrangersKey() => NewKey(Scratch.Folder("gpg"));

    static string NewKey(string home)
    {
        File.SetUnixFileMode(home, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Run("gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "Nobody <nobody@example.org>", "rsa2048", "sign", "never");
        var path = Path.Combine(Scratch.Folder("key"), "key.asc");
        File.WriteAllText(path, Run("gpg", "--homedir", home, "--batch", "--armor", "--export"));
        return path;
    }

    static string Run(string program, params IReadOnlyList<string> args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {output}{errors.Result}");
        return output;
    }
}
