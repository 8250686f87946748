/** Published models, one file each, in plain layers; names and layouts are those of the weights people share. */
@NullMarked
package soma.zoo;

import org.jspecify.annotations.NullMarked;
