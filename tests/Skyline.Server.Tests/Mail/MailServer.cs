using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Channels;
using Skyline.Testing;

namespace Skyline.Server.Tests.Mail;

/// <summary>A mail that has come, its head in lines that are not folded any more.</summary>
sealed record Came(string To, string Text, bool Tls)
{
    public string Head => Text.ReplaceLineEndings("\n").Split("\n\n", 2)[0].Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);

    public string? Header(string name) => Head.Split('\n').FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];

    /// <summary>Its text, as it was before it was made fit for mail.</summary>
    public string Said => Header("Content-Transfer-Encoding") == "quoted-printable" ? Unquoted(Text.ReplaceLineEndings("\n").Split("\n\n", 2)[1]) : Text.ReplaceLineEndings("\n").Split("\n\n", 2)[1];

    static string Unquoted(string text) => System.Text.RegularExpressions.Regex.Replace(text.Replace("=\n", "", StringComparison.Ordinal), "(=[0-9A-F]{2})+", match => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(match.Value.Replace("=", "", StringComparison.Ordinal))));
}

/// <summary>A real mail server (aiosmtpd) that takes nothing without STARTTLS, a user and a password.</summary>
sealed class MailServer : IAsyncDisposable
{
    readonly Process process;
    readonly Channel<Came> came = Channel.CreateUnbounded<Came>();

    MailServer(Process process, string folder, int port) => (this.process, Folder, Port) = (process, folder, port);

    public string Folder { get; }
    public int Port { get; }

    /// <summary>As the server that writes is to be set.</summary>
    public string[] Settings =>
    [
        "--Skyline:PublicUrl=https://build.example.org", "--Skyline:Mail:Host=localhost", $"--Skyline:Mail:Port={Port}", "--Skyline:Mail:From=Skyline <builds@example.org>", "--Skyline:Mail:User=skyline",
        $"--Skyline:Mail:PasswordFile={Path.Combine(Folder, "password")}", $"--Skyline:Mail:CertificateFile={Path.Combine(Folder, "certificate.pem")}",
    ];

    /// <param name="before">One that was there, whose place it takes.</param>
    public static async Task<MailServer> Open(MailServer? before = null)
    {
        var folder = before?.Folder ?? MakeFolder();
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Checkout.Root, "tests", "Skyline.Server.Tests", "Mail", "mail-server.py"), $"{before?.Port ?? 0}", Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem")]) { RedirectStandardOutput = true })!;
        using var first = JsonDocument.Parse(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The mail server did not start; is python3-aiosmtpd installed?"));
        var server = new MailServer(process, folder, first.RootElement.GetProperty("port").GetInt32());
        _ = server.Read();
        return server;
    }

    static string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-mail-").FullName;
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(400));
        File.WriteAllText(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        Token(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        Token(Path.Combine(folder, "password"), "letmein\n");
        return folder;

        static void Token(string file, string text)
        {
            File.WriteAllText(file, text);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    async Task Read()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            var one = document.RootElement;
            came.Writer.TryWrite(new(one.GetProperty("to")[0].GetString()!, one.GetProperty("text").GetString()!, one.GetProperty("tls").GetBoolean()));
        }
        came.Writer.TryComplete();
    }

    public async Task<Came> Next()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await came.Reader.ReadAsync(patience.Token);
    }

    public int Left => came.Reader.Count;

    /// <summary>It is not there any more; what it is to come back with stays.</summary>
    public async Task Stop()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        process.Dispose();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
