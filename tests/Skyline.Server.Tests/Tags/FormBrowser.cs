using System.Net;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Tags;

/// <summary>Somebody at a browser without scripts: they send forms, are led back to the page, and read it.</summary>
sealed class FormBrowser : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly HttpClient http;
    readonly string token;

    FormBrowser(HttpClient http, string token) => (this.http, this.token) = (http, token);

    public static async Task<FormBrowser> Open(Site site, string token)
    {
        var http = SignInTests.Browser(site);
        await SignInTests.SignIn(http, token);
        return new(http, await SignInTests.FormToken(http, "tags?show=new"));
    }

    public async Task<string> Page(string path) => WebUtility.HtmlDecode(await http.GetStringAsync(path, Ct));

    public Task<HttpResponseMessage> Send(string path, params (string Name, string Value)[] fields) => SignInTests.Post(http, path, [("__RequestVerificationToken", token), .. fields]);

    /// <summary>Without the page's own token.</summary>
    public Task<HttpResponseMessage> SendFromElsewhere(string path, params (string Name, string Value)[] fields) => SignInTests.Post(http, path, fields);

    /// <summary>Sends a form.</summary>
    /// <returns>Where it leads, without what was told, and the page there.</returns>
    public async Task<(string Address, string Page)> Post(string path, params (string Name, string Value)[] fields)
    {
        using var answer = await Send(path, fields);
        if (answer.StatusCode != HttpStatusCode.Redirect) return ($"{(int)answer.StatusCode}", await answer.Content.ReadAsStringAsync(Ct));
        var leads = answer.Headers.Location!.ToString();
        using var page = await http.GetAsync(leads.Split('#')[0], Ct);
        return (leads.Split("told=")[0].TrimEnd('?', '&'), WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Ct)));
    }

    /// <summary>The address of the page that a form leads to, with what is told there.</summary>
    public async Task<string> Leads(string path, params (string Name, string Value)[] fields) => (await Send(path, fields)).Headers.Location!.ToString().Split('#')[0];

    public async Task<string> Read(string address)
    {
        using var page = await http.GetAsync(address, Ct);
        return WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync(Ct));
    }

    public void Dispose() => http.Dispose();
}
