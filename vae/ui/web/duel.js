/** VAE against GAN: the same decoder trained both ways for equal seconds. */

export function mountDuel() {}
