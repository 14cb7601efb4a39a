using System.Text.Json;
using Microsoft.Data.Sqlite;
using Skyline.Rpm;
using Skyline.Server.Modules;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Shell;

/// <summary>A refusal: a status and one sentence that names the thing, the cause and the cure.</summary>
public sealed record Refusal(int Status, string Sentence)
{
    const int MostSentences = 20;

    public IResult AsResult() => Results.Problem(Sentence, statusCode: Status);

    /// <summary>Several problems at once; where they differ in kind, it is a conflict.</summary>
    public static Refusal Of(IReadOnlyList<Refusal> problems) => new(
        problems.Select(problem => problem.Status).Distinct().Count() == 1 ? problems[0].Status : 409,
        string.Join(' ', problems.Take(MostSentences).Select(problem => problem.Sentence)) + (problems.Count > MostSentences ? $" There are {problems.Count - MostSentences} problems more." : ""));
}

/// <summary>Turns what went wrong on the way into a sentence; anything unforeseen is logged and told as a fault of ours.</summary>
sealed class FaultsToSentences(RequestDelegate next, ILogger<FaultsToSentences> log)
{
    const int DiskFull = 28, SqliteFull = 13;

    public async Task Invoke(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted && Sentence(context, fault) is { } refusal)
        {
            await Answer(context, refusal);
        }
        catch (Exception gone) when (gone is OperationCanceledException or BadHttpRequestException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away: there is nobody to tell.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            log.LogError(fault, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
            await Answer(context, new(500, "Skyline itself failed here; its log has the details. Nothing half-made was kept; try again, and report it if it stays."));
        }
    }

    static async Task Answer(HttpContext context, Refusal refusal)
    {
        // The length, name and lifetime in caches of what was to be sent are not the refusal's; and a page that failed in the middle has used up its request's parts.
        context.Response.Clear();
        await using var parts = context.RequestServices.CreateAsyncScope();
        context.RequestServices = parts.ServiceProvider;
        await (RefusedForm.IsRead(context) ? new RefusedForm(refusal) : refusal.AsResult()).ExecuteAsync(context);
    }

    static Refusal? Sentence(HttpContext context, Exception fault) => fault switch
    {
        BadRpmException bad => new(400, bad.Message),
        BadCompsException or BadModulesException => new(400, fault.Message),
        SigningRefusedException refused => new(503, refused.Message),
        BlobRefusedException refused => new(refused.Status, refused.Message),
        BadHttpRequestException bad when !context.RequestAborted.IsCancellationRequested => new(bad.StatusCode, bad.Message),
        IOException { HResult: DiskFull } or SqliteException { SqliteErrorCode: SqliteFull } => new(507, Blobs.DiskFull),
        DamagedDatabaseException damaged => new(503, damaged.Message),
        _ when Storage.Postgresql.Away.Is(fault) => new(503, "The database cannot be reached at the moment, and nothing of this was kept. Try again in a moment; where it stays, its administrator sees that PostgreSQL runs and can be written to."),
        SqliteException corrupt when DatabaseFault.IsDamage(corrupt) => new(503, $"The server's database is damaged: {DatabaseFault.Sentence(corrupt)} Nothing is written into it; its administrator restores the last backup."),
        JsonException bad => new(400, $"The request's JSON cannot be read: {bad.Message}"),
        _ => null,
    };
}
