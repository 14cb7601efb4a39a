using Microsoft.AspNetCore.Http.HttpResults;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <summary>A form's refusal, or a page's: a page with the sentence and the way back where a browser asks, the sentence alone where a program does.</summary>
sealed class RefusedForm(Refusal refusal) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => refusal.Status;

    /// <summary>Whether somebody looks at the answer.</summary>
    public static bool IsRead(HttpContext http) => !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

    public Task ExecuteAsync(HttpContext http) => IsRead(http)
        ? new RazorComponentResult<RefusedPage>(new Dictionary<string, object?> { [nameof(RefusedPage.Sentence)] = refusal.Sentence, [nameof(RefusedPage.Status)] = refusal.Status, [nameof(RefusedPage.Back)] = Back(http), [nameof(RefusedPage.Asked)] = http }) { StatusCode = refusal.Status }.ExecuteAsync(http)
        : Results.Text(refusal.Sentence + "\n", "text/plain", System.Text.Encoding.UTF8, refusal.Status).ExecuteAsync(http);

    /// <summary>Where the form was, as the browser says; never a page of another site.</summary>
    static string Back(HttpContext http) =>
        Uri.TryCreate(http.Request.Headers.Referer, UriKind.Absolute, out var from) && from.Authority == http.Request.Host.Value ? SignInEndpoints.LocalPath(from.PathAndQuery) : "/";
}
