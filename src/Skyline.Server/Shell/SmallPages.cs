using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;

namespace Skyline.Server.Shell;

/// <summary>
/// Pages go over the wire compressed: a list of builds is a tenth then. Only HTML: style sheets and scripts are compressed when the program is made, packages and
/// metadata are it already, and live logs must not wait in a buffer. Over TLS too: what a page has that is secret (antiforgery tokens) is masked anew each time, so the
/// length of an answer tells nothing of it (Gluck, Harris, Prado: BREACH, 2013).
/// </summary>
static class SmallPages
{
    public static void AddSmallPages(this IServiceCollection services) => services
        .AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        })
        .Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest)
        .Configure<GzipCompressionProviderOptions>(options => options.Level = CompressionLevel.Fastest);

    /// <summary>Not in the way of what programs ask for a thousand times a second.</summary>
    public static void UseSmallPages(this WebApplication app) => app.UseWhen(context => !PageSecurity.IsOfPrograms(context.Request.Path), pages => pages.UseResponseCompression());
}
