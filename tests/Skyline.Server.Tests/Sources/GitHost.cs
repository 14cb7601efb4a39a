using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>Somebody else's server with Git repositories, by `git http-backend`, and files beside them.</summary>
sealed class GitHost : IAsyncDisposable
{
    readonly WebApplication app;
    int asked;

    GitHost(WebApplication app, string folder) => (this.app, Folder) = (app, folder);

    public string Folder { get; }
    public Uri Address => new(app.Urls.First());
    public int Asked => asked;

    /// <summary>Bytes by path ("/files/hello.c").</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Answers in git's place where it says where to.</summary>
    public Func<HttpContext, string?> Redirect { get; set; } = _ => null;

    /// <summary>Asked first; true: it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    public string Url(string repository) => $"{Address.ToString().TrimEnd('/')}/{repository}";

    public static async Task<GitHost> Open()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
        var host = new GitHost(app, Directory.CreateTempSubdirectory("skyline-git-").FullName);
        app.Run(host.Answer);
        await app.StartAsync();
        return host;
    }

    public Task<GitRepository> Repository(string name, params (string Path, string Content)[] files) => GitRepository.Make(Path.Combine(Folder, name), TestContext.Current.CancellationToken, files);

    async Task Answer(HttpContext http)
    {
        Interlocked.Increment(ref asked);
        if (await Before(http)) return;
        if (Redirect(http) is { } elsewhere) http.Response.Redirect(elsewhere);
        else if (Files.TryGetValue(http.Request.Path, out var bytes)) await http.Response.Body.WriteAsync(bytes);
        else await Backend(http);
    }

    async Task Backend(HttpContext http)
    {
        var start = new ProcessStartInfo("git", ["http-backend"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // In a work tree's folder the repository is one down.
        var parts = http.Request.Path.Value!.Split('/', 3);
        if (parts[1].EndsWith(".git", StringComparison.Ordinal)) parts[1] = parts[1][..^4];
        foreach (var (name, value) in new (string, string?)[]
        {
            ("GIT_PROJECT_ROOT", Folder), ("GIT_HTTP_EXPORT_ALL", "1"), ("PATH_INFO", $"/{parts[1]}/.git/{(parts.Length > 2 ? parts[2] : "")}"), ("QUERY_STRING", http.Request.QueryString.Value!.TrimStart('?')), ("REQUEST_METHOD", http.Request.Method),
            ("CONTENT_TYPE", http.Request.ContentType ?? ""), ("HTTP_CONTENT_ENCODING", http.Request.Headers.ContentEncoding), ("GIT_PROTOCOL", http.Request.Headers["Git-Protocol"]), ("REMOTE_ADDR", "127.0.0.1"),
            ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", "*"),
        }) start.Environment[name] = value ?? "";
        using var process = Process.Start(start)!;
        await http.Request.Body.CopyToAsync(process.StandardInput.BaseStream);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        var all = output.ToArray();
        var end = all.AsSpan().IndexOf("\r\n\r\n"u8);
        foreach (var line in Encoding.ASCII.GetString(all, 0, end).Split("\r\n"))
        {
            var (name, value) = (line.Split(':', 2)[0], line.Split(':', 2)[1].Trim());
            if (name == "Status") http.Response.StatusCode = int.Parse(value.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
            else http.Response.Headers[name] = value;
        }
        await http.Response.Body.WriteAsync(all.AsMemory(end + 4));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
