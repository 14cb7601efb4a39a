using Skyline.Testing;

namespace Skyline.Server.Tests.Signing;

/// <summary>A real gpg whose agent holds the secrets, behind the script that a signing command is: the server sees public keys only.</summary>
sealed class SigningHost : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Of /tmp, and short: the agent's socket lies in it.
    readonly string folder = Directory.CreateTempSubdirectory("skyline-gpg-").FullName;

    public string Script => Path.Combine(folder, "sign");

    public string Setting => $"--Skyline:SigningCommand:0={Script}";

    public static async Task<SigningHost> Open()
    {
        var host = new SigningHost();
        // The data is read first, so that what the test puts in the way of it can look at it.
        await host.Mend();
        return host;
    }

    public Task SignsSomethingElse() => Write($"date > '{folder}'/data.$$; {Signing("\"$2\"")}");

    public Task SignsWith(string key) => Write(Signing(key));

    string Signing(string key) => $"""exec gpg --homedir '{folder}' --batch --quiet --local-user {key}! --faked-system-time "$4" --digest-algo SHA256 --detach-sign --output - '{folder}'/data.$$""";

    /// <summary>Signatures of data that holds the text fail until they are mended.</summary>
    public Task RefuseWhatHolds(string text) => File.WriteAllTextAsync(Path.Combine(folder, "refused"), text, Ct);

    public int Refusals => File.Exists(Path.Combine(folder, "refusals")) ? File.ReadAllLines(Path.Combine(folder, "refusals")).Length : 0;

    public Task RefusesOnce() => Write($"if mkdir '{folder}'/once 2> /dev/null; then exit 3; fi; {Signing("\"$2\"")}");

    /// <summary>The first signature of data that holds the text waits for <see cref="Held"/>.</summary>
    public async Task HoldWhatHolds(string text)
    {
        (await Tool.Run("mkfifo", [Gate], Ct)).Ok("mkfifo");
        await Write($"if [ -p '{Gate}' ] && grep -qaF {text} '{folder}'/data.$$; then cat '{Gate}' > /dev/null; rm '{Gate}'; fi; {Signing("\"$2\"")}");
    }

    /// <summary>Comes back when the signature waits; disposed, it is made.</summary>
    public Task<FileStream> Held() => Task.Run(() => new FileStream(Gate, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0), Ct);

    string Gate => Path.Combine(folder, "gate");

    public Task Mend()
    {
        File.Delete(Path.Combine(folder, "refused"));
        return SignsWith("\"$2\"");
    }

    /// <summary>From now on it does this.</summary>
    public async Task Write(string line)
    {
        await File.WriteAllTextAsync(Script, $"""
            #!/bin/sh
            cat > '{folder}'/data.$$
            if [ -e '{folder}'/refused ] && grep -qaF -f '{folder}'/refused '{folder}'/data.$$; then echo >> '{folder}'/refusals; echo "the module is locked" >&2; exit 3; fi
            {line}

            """, Ct);
        File.SetUnixFileMode(Script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public async Task<string> MakeKey(string algorithm, string name)
    {
        await Gpg("--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key", name, algorithm, "cert,sign", "never");
        return await Gpg("--armor", "--export", name);
    }

    async Task<string> Gpg(params string[] args) => (await Tool.Run("gpg", ["--homedir", folder, "--batch", "--quiet", .. args], Ct)).Ok("gpg");

    public async ValueTask DisposeAsync()
    {
        await Tool.Run("gpgconf", ["--homedir", folder, "--kill", "gpg-agent"], CancellationToken.None);
        Directory.Delete(folder, recursive: true);
    }
}
