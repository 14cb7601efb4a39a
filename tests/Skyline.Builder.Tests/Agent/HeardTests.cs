using System.Net;
using Microsoft.Extensions.Time.Testing;

namespace Skyline.Builder.Tests;

/// <summary>What `skyline-builder --healthy` goes by.</summary>
public sealed class HeardTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("skyline-heard-");
    readonly FakeTimeProvider time = new(DateTimeOffset.Parse("2026-12-01T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    sealed class Answering(Func<HttpStatusCode> status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(status()));
    }

    [Fact]
    public async Task A_builder_is_healthy_while_the_server_takes_what_it_says_and_for_three_minutes_after()
    {
        using var data = DataFolder.Open(folder.FullName);
        var status = HttpStatusCode.Unauthorized;
        using var http = new HttpClient(new Heard(data, time, new Answering(() => status)));
        Task Ask() => http.GetAsync(new Uri("http://server.invalid/"), Ct);

        await Ask();
        Assert.Contains("No server has answered", Heard.WhyNot(data.Root, time));

        status = HttpStatusCode.NoContent;
        await Ask();
        Assert.Null(Heard.WhyNot(data.Root, time));

        time.Advance(Heard.Longest);
        Assert.Null(Heard.WhyNot(data.Root, time));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("5 minutes ago", Heard.WhyNot(data.Root, time));

        status = HttpStatusCode.BadGateway;
        await Ask();
        Assert.NotNull(Heard.WhyNot(data.Root, time));

        status = HttpStatusCode.OK;
        await Ask();
        Assert.Null(Heard.WhyNot(data.Root, time));
    }

    [Fact]
    public void Who_asks_needs_the_folder_alone()
    {
        Assert.Equal("/x", BuilderOptions.DataOf(["--data", "/x"], _ => null));
        Assert.Equal("/y", BuilderOptions.DataOf([], name => name == "SKYLINE_BUILDER_DATA" ? "/y" : null));
        Assert.Equal("/var/lib/skyline-builder", BuilderOptions.DataOf([], _ => null));
        Assert.Throws<BadOptionException>(() => BuilderOptions.DataOf(["--no-such"], _ => null));
    }

    public void Dispose() => folder.Delete(recursive: true);
}
