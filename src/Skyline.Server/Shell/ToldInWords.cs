using Microsoft.AspNetCore.Http.HttpResults;

namespace Skyline.Server.Shell;

/// <summary>A refusal or a fault as whoever asked reads it: for a browser a page, for a program that sends forms one line of text.</summary>
sealed class ToldInWords(Refusal refusal) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => IsRead(httpContext)
        ? new RazorComponentResult<RefusalPage>(new Dictionary<string, object?> { [nameof(RefusalPage.Sentence)] = refusal.Sentence, [nameof(RefusalPage.Status)] = refusal.Status, [nameof(RefusalPage.Http)] = httpContext }) { StatusCode = refusal.Status }.ExecuteAsync(httpContext)
        : Results.Text(refusal.Sentence + "\n", "text/plain", System.Text.Encoding.UTF8, refusal.Status).ExecuteAsync(httpContext);

    /// <summary>Whether somebody looks at it.</summary>
    public static bool IsRead(HttpContext http) => !http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
