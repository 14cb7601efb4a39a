using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Skyline.Server.Shell;

/// <summary>
/// The answer to work that may take minutes: an ordinary one if it comes soon. If not, the answer begins, and an empty line now and
/// then keeps clients and proxies from taking the server for dead; JSON may have such lines before it. The work ends with the request.
/// </summary>
sealed class PatientAnswer(Func<CancellationToken, Task<IResult>> work) : IResult
{
    static readonly TimeSpan often = TimeSpan.FromSeconds(10);

    public async Task ExecuteAsync(HttpContext http)
    {
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var working = work(http.RequestAborted);
        while (await Task.WhenAny(working, Task.Delay(often, time, CancellationToken.None)) != working)
        {
            if (!http.Response.HasStarted) http.Response.ContentType = "application/json; charset=utf-8";
            if (http.RequestAborted.IsCancellationRequested) continue;
            await http.Response.Body.WriteAsync("\n"u8.ToArray(), CancellationToken.None);
            await http.Response.Body.FlushAsync(CancellationToken.None);
        }
        await Send(http, await working);
    }

    static async Task Send(HttpContext http, IResult result)
    {
        if (!http.Response.HasStarted)
            await result.ExecuteAsync(http);
        else if (result is IStatusCodeHttpResult { StatusCode: null or < 300 } and IValueHttpResult { Value: { } value })
            await JsonSerializer.SerializeAsync(http.Response.Body, value, value.GetType(), http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions, http.RequestAborted);
        else
            // It began as a success and was none: an answer that breaks off cannot be taken for one.
            http.Abort();
    }
}
