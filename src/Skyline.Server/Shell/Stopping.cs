namespace Skyline.Server.Shell;

/// <summary>
/// A server that stops closes the connections of live pages, and browsers try at once to come back: whoever was let in then would hold up the stop for half a minute, and with it
/// what is still to be written. They come to the next one.
/// </summary>
static class Stopping
{
    public static void UseStopping(this WebApplication app)
    {
        var stopping = app.Lifetime.ApplicationStopping;
        app.Use((context, next) =>
        {
            if (!stopping.IsCancellationRequested || !context.Request.Path.StartsWithSegments("/_blazor")) return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        });
    }
}
