namespace Skyline.Server.Shell;

/// <summary>What repositories hold was written by others: to a browser it is a file, never a page or a script of this server's.</summary>
static class OthersContent
{
    public static void UseOthersContent(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path.StartsWithSegments("/external") || context.Request.Path.StartsWithSegments("/repos"))
        {
            context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
        }
        return next(context);
    });
}
