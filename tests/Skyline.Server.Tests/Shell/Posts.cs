using System.Net;
using System.Text.RegularExpressions;

namespace Skyline.Server.Tests.Shell;

/// <summary>A browser without JavaScript: it keeps cookies, shows where it is led, and sends a page's forms with all that is hidden in them.</summary>
sealed partial class Posts : IDisposable
{
    readonly HttpClient http;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Posts(HttpClient http) => this.http = http;

    public static async Task<Posts> Of(Site site, string? token = null)
    {
        var browser = new Posts(new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address });
        (await browser.Send("login", "/login", ("token", token ?? site.AdminToken))).Dispose();
        return browser;
    }

    [GeneratedRegex("<form[^>]* action=\"([^\"]+)\"[^>]*>(.*?)</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Field();

    /// <summary>A page, its characters as somebody reads them.</summary>
    public async Task<string> Page(string address) => WebUtility.HtmlDecode(await http.GetStringAsync(address, Ct));

    public Task<HttpResponseMessage> Get(string address) => http.GetAsync(address, Ct);

    public async Task<List<KeyValuePair<string, string>>> Hidden(string page, string to)
    {
        var form = Form().Matches(await http.GetStringAsync(page, Ct)).First(form => WebUtility.HtmlDecode(form.Groups[1].Value) == to);
        return [.. Field().Matches(form.Groups[2].Value).Select(field => KeyValuePair.Create(WebUtility.HtmlDecode(field.Groups[1].Value), WebUtility.HtmlDecode(field.Groups[2].Value)))];
    }

    public async Task<HttpResponseMessage> Send(string page, string to, params (string Name, string Value)[] filled) =>
        await http.PostAsync(to.TrimStart('/'), new FormUrlEncodedContent([.. await Hidden(page, to), .. filled.Select(field => KeyValuePair.Create(field.Name, field.Value))]), Ct);

    /// <summary>As a form with files; its hidden fields go first.</summary>
    public async Task<HttpResponseMessage> SendFiles(string page, string to, params Paper[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in await Hidden(page, to)) form.Add(new StringContent(value), name);
        foreach (var file in files) form.Add(new ByteArrayContent(file.Bytes), "file", file.FileName);
        return await http.PostAsync(to.TrimStart('/'), form, Ct);
    }

    /// <summary>A form with a file, or with none chosen, and with what was written into its fields.</summary>
    /// <returns>The page that it leads to, with what is told there.</returns>
    public async Task<string> SendFile(string page, string to, Paper? file, params (string Name, string Value)[] filled)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in await Hidden(page, to)) form.Add(new StringContent(value), name);
        var part = new ByteArrayContent(file?.Bytes ?? []);
        part.Headers.ContentDisposition = new("form-data") { Name = "\"file\"", FileName = $"\"{file?.FileName}\"" };
        form.Add(part);
        foreach (var (name, value) in filled) form.Add(new StringContent(value), name);
        using var answer = await http.PostAsync(to.TrimStart('/'), form, Ct);
        return await Told(answer);
    }

    /// <summary>What a question on a page is answered with: the form in it, as it stands there, sent by its own button.</summary>
    /// <returns>The page that it leads to, with what is told there.</returns>
    public async Task<string> Answer(string page, string ask)
    {
        var question = Question(await http.GetStringAsync(page, Ct), ask);
        var (form, button) = (Form().Match(question), Submit().Match(question));
        var fields = Field().Matches(form.Groups[2].Value).Select(field => KeyValuePair.Create(WebUtility.HtmlDecode(field.Groups[1].Value), WebUtility.HtmlDecode(field.Groups[2].Value)));
        if (button.Groups[1].Value.Length > 0) fields = fields.Append(KeyValuePair.Create(button.Groups[1].Value, WebUtility.HtmlDecode(button.Groups[2].Value)));
        using var answer = await http.PostAsync(WebUtility.HtmlDecode(form.Groups[1].Value).TrimStart('/'), new FormUrlEncodedContent([.. fields]), Ct);
        return await Told(answer);
    }

    static string Question(string page, string ask) => page.Split($"<div popover id=\"{ask}\"") is [_, var rest] ? rest.Split("</form>")[0] + "</form>" : throw new InvalidOperationException($"There is no question '{ask}' on the page, or more than one.");

    [GeneratedRegex("<button type=\"submit\"(?:[^>]*? name=\"([^\"]*)\" value=\"([^\"]*)\")?")]
    private static partial Regex Submit();

    async Task<string> Told(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return await Page(answer.Headers.Location!.ToString().Split('#')[0]);
    }

    /// <summary>As upload.js does it.</summary>
    public async Task<HttpResponseMessage> Put(string address, string? token, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new ByteArrayContent(bytes) };
        if (token is not null) request.Headers.Add("RequestVerificationToken", token);
        return await http.SendAsync(request, Ct);
    }

    public void Dispose() => http.Dispose();
}
